// Preloaded into emulators that would listen on every interface: they get this machine's own address only.
const { Server } = require("node:net");

const listen = Server.prototype.listen;

Server.prototype.listen = function (first, ...rest) {
  if (typeof first === "object" && first !== null && first.port !== undefined) {
    return listen.call(this, { ...first, host: "127.0.0.1" }, ...rest);
  }
  if (typeof first === "number" || /^\d+$/.test(String(first))) {
    return listen.call(this, Number(first), "127.0.0.1", ...rest.filter((part) => typeof part === "function"));
  }
  return listen.call(this, first, ...rest);
};
