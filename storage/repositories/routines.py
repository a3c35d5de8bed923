from storage.repositories.base import Repository


class RoutineRepository(Repository):
    pass
