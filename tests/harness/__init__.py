"""What the tests that cross modules are made with: databases, servers, browsers."""
