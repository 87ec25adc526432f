"""What did people answer to each question of a survey?"""
