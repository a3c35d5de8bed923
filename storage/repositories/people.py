from storage.repositories.base import Repository


class PeopleRepository(Repository):
    pass
