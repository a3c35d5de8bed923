from storage.repositories.base import Repository


class PlaygroundRepository(Repository):
    pass
