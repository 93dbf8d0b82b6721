// A channel written with kafkajs: every line of standard input is a message, sent when the one before it is
// acknowledged, by the client's own choice of partition.
//
//     node channel.js HOST:PORT TOPIC < messages.jsonl

const { createInterface } = require("node:readline");
const { Kafka, logLevel } = require("kafkajs");

async function main(broker, topic) {
  const kafka = new Kafka({ brokers: [broker], clientId: "kafkajs", logLevel: logLevel.ERROR });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  for await (const line of createInterface({ input: process.stdin })) {
    const key = JSON.parse(line).conversation_id;
    await producer.send({ topic, acks: -1, messages: [{ key, value: line }] });
  }
  await producer.disconnect();
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
