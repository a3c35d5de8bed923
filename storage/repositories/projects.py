from storage.repositories.base import Repository


class ProjectRepository(Repository):
    pass
