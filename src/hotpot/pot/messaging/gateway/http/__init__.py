"""The plain modern way in: messages over HTTP, receipts and replies by webhooks or by polling."""
