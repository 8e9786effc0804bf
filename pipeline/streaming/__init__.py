"""The hot path: the only home of Faust and of its Kafka client."""
