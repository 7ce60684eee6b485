"""Messages by tables of a database that an old system already writes to and reads from."""
