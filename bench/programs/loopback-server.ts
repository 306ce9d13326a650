/**
 * Answers every request with the same bytes at once, so that a server's own time does not hide a client's.
 *
 * @module
 */
import http from 'node:http';

/** As DOKU answers a Query Purchase. */
const ANSWER = JSON.stringify({
  responseCode: '2005500',
  responseMessage: 'Successful',
  originalPartnerReferenceNo: 'INV-2026-0001',
  originalReferenceNo: '8f6e0a3c-6f53-4a87-9a53-1d0f3f0e6b1c',
  serviceCode: '17',
  latestTransactionStatus: '00',
  transactionStatusDesc: 'success',
  transAmount: { value: '10000.00', currency: 'IDR' },
  paidTime: '2026-11-25T13:00:00+07:00',
});

const server = http.createServer((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(ANSWER);
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
