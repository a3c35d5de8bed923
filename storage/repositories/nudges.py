from storage.repositories.base import Repository


class NudgeRepository(Repository):
    pass
