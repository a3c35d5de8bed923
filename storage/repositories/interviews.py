from storage.repositories.base import Repository


class InterviewRepository(Repository):
    pass
