from storage.repositories.base import Repository


class TestimonialRepository(Repository):
    pass
