// The npm package `smpp` as the other end of our links. Prints one JSON object a line.
//   node smpp_peer.mjs centre            listens, takes messages, sends a receipt and a reply for each
//   node smpp_peer.mjs enterprise PORT [SOURCE]   logs in, sends, waits for what comes back
import smpp from "smpp";

const tell = (what) => console.log(JSON.stringify(what));
const text = (message) => message?.message ?? String(message ?? "");

function centre() {
  let taken = 0;
  const server = smpp.createServer((session) => {
    session.on("error", () => {});
    session.on("bind_transceiver", (pdu) => session.send(pdu.response({ system_id: "npm" })));
    session.on("enquire_link", (pdu) => session.send(pdu.response()));
    session.on("unbind", (pdu) => { session.send(pdu.response()); session.close(); });
    session.on("submit_sm", (pdu) => {
      const id = (0xabc0 + ++taken).toString(16).toUpperCase().padStart(10, "0");
      session.send(pdu.response({ message_id: id }));
      tell({ source: pdu.source_addr, number: pdu.destination_addr, text: text(pdu.short_message),
             udh: (pdu.short_message?.udh ?? []).map((one) => one.toString("hex")) });
      if (!pdu.registered_delivery) return;
      session.deliver_sm({
        source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4,
        short_message: `id:${id} sub:001 dlvrd:001 submit date:2610051600 done date:2610051601 stat:DELIVRD err:000 text:`,
      });
      session.deliver_sm({ source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, short_message: "收到 ok" });
    });
  });
  server.listen(0, "127.0.0.1", () => tell({ port: server.address().port }));
}

function enterprise(port, source) {
  const session = smpp.connect({ url: `smpp://127.0.0.1:${port}`, auto_enquire_link_period: 200 }, () => {
    session.bind_transceiver({ system_id: "901234", password: "secret" }, (bound) => {
      tell({ bound: bound.command_status });
      const message = { destination_addr: "8613800138000", source_addr: source, registered_delivery: 1 };
      session.submit_sm({ ...message, short_message: "您好, from npm" }, (answer) => tell({ id: answer.message_id }));
      session.submit_sm({ ...message, message_payload: "长".repeat(300) }, (answer) => tell({ id: answer.message_id }));
    });
  });
  session.on("deliver_sm", (pdu) => {
    session.send(pdu.response());
    tell({ source: pdu.source_addr, receipt: pdu.esm_class === 4, text: text(pdu.short_message),
           id: pdu.receipted_message_id?.toString() });
  });
  session.on("error", (error) => tell({ error: String(error) }));
}

const [, , role, port, source = "10690000"] = process.argv;
role === "centre" ? centre() : enterprise(Number(port), source);
