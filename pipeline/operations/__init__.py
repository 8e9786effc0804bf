"""What operators do with the topics: create and check them, publish, read back, replay, opt out, audit.

The only home of kafka-python, and of that only `connection.py` and `kafka_broker.py`: everything else speaks to the
small `Broker` protocol of `broker.py`. Nothing here is on the hot path.
"""
