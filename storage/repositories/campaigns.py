from storage.repositories.base import Repository


class CampaignRepository(Repository):
    pass
