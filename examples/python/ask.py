"""Asks Leverframe from Python: one request to `requests`, its answer from `responses`.

    pip install "confluent-kafka[avro,schemaregistry]"
    KAFKA_BROKERS=localhost:9092 SCHEMA_REGISTRY_URL=http://localhost:8081 python ask.py "Summarise: …"
"""
import json, os, sys, uuid
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

brokers = os.environ["KAFKA_BROKERS"]
registry = SchemaRegistryClient({"url": os.environ["SCHEMA_REGISTRY_URL"]})
schema = registry.get_latest_version("requests-value").schema.schema_str
encode = AvroSerializer(registry, schema, conf={"auto.register.schemas": False, "use.latest.version": True})
decode = AvroDeserializer(registry)

# Listen first, from the present end of every partition; then ask.
consumer = Consumer({"bootstrap.servers": brokers, "group.id": "app.default.python", "enable.auto.commit": False})
ends = []
for partition in consumer.list_topics("responses", timeout=10).topics["responses"].partitions:
    _, end = consumer.get_watermark_offsets(TopicPartition("responses", partition), timeout=10)
    ends.append(TopicPartition("responses", partition, end))
consumer.assign(ends)

request_id = str(uuid.uuid4())
text = " ".join(sys.argv[1:]) or "Summarise: the terminal restarts after the update, and only a power cycle helps."
prompt = {"messages": [{"role": "user", "content": text}]}
request = {"requestId": request_id, "department": "Sales", "prompt": json.dumps(prompt).encode()}
value = encode(request, SerializationContext("requests", MessageField.VALUE))
# recordBytesMax of the installation; a larger request is refused by the broker as well, without a word about sizes.
bytes_max = int(os.environ.get("LEVERFRAME_RECORD_BYTES_MAX", 1_048_576))
if len(value) > bytes_max:
    sys.exit(f"the request has {len(value)} bytes, at most {bytes_max} are allowed")
producer = Producer({"bootstrap.servers": brokers})
producer.produce("requests", key=request_id, value=value)
producer.flush()

while True:
    message = consumer.poll(60)
    if message is None:
        sys.exit("no answer within 60 s")
    if message.error():
        sys.exit(str(message.error()))
    response = decode(message.value(), SerializationContext("responses", MessageField.VALUE))
    if response["requestId"] == request_id:
        print(response["status"], response["model"], response["costNanoUsd"] / 1e9, (response["output"] or {}).get("text"))
        break
consumer.close()
