def test_the_server_answers_and_each_test_has_an_empty_database(postgresql):
    import psycopg

    with psycopg.connect(postgresql) as connection:
        tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        assert connection.execute(tables).fetchone() == (0,)
