from storage.repositories.base import Repository


class AgendaRepository(Repository):
    pass
