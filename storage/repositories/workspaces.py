from storage.repositories.base import Repository


class WorkspaceRepository(Repository):
    pass
