// One HTTPS answer on fd 0, with Node.js's tls: node.js CHAIN.pem KEY.pem
const fs = require('node:fs');
const net = require('node:net');
const tls = require('node:tls');

const [cert, key] = process.argv.slice(2).map((file) => fs.readFileSync(file));
const connection = new tls.TLSSocket(new net.Socket({ fd: 0 }), {
  isServer: true,
  secureContext: tls.createSecureContext({ cert, key }),
});
let request = '';
connection.on('data', (bytes) => {
  request += bytes;
  if (request.includes('\r\n\r\n')) {
    connection.end(
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n' +
        'Content-Length: 14\r\nConnection: close\r\n\r\n<h1>Soup</h1>\n');
  }
});
