"""How a member is told: push, mail or message, now or in a digest."""
