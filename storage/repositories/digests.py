from storage.repositories.base import Repository


class DigestRepository(Repository):
    pass
