"""The local playground: a chat platform that keeps its own conversations and shows them on a page."""
