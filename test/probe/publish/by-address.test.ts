import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHttpClient } from '../../../src/probe/publish/http-client.ts'
import { TlsFailure } from '../../../src/tls/failure.ts'
import { makeAuthority } from '../../support/machine/certificates.ts'

let asked: IncomingMessage[]
let closing: (() => void)[]
const answer: RequestListener = (request, response) => {
  asked.push(request)
  response.end('here')
}
beforeEach(() => {
  asked = []
  closing = []
})
afterEach(() => {
  for (const close of closing) close()
})

test.each(['127.0.0.7', '::1'])('a name is asked for at %s, with its own name and token', async (address) => {
  const server = createServer(answer).listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = createHttpClient(new URL(`http://scope1.test:${port}`), 5000, undefined, {
    address,
    token: 's3cret',
  })
  closing.push(() => server.close(), client.close)
  expect(await client.request({ method: 'GET', path: '/api' })).toMatchObject({ status: 200, text: 'here' })
  expect(asked[0]?.headers).toMatchObject({
    host: `scope1.test:${port}`,
    authorization: 'Scope-Probe token=s3cret',
  })
  expect(asked[0]?.socket.localAddress).toBe(address)
})

test('over TLS the certificate must be for the name, wherever it is dialled', async () => {
  const authority = await makeAuthority()
  const server = createTlsServer(await authority.issue(['scope1.test']), answer).listen(0, '127.0.0.8')
  await once(server, 'listening')
  closing.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const clientFor = (host: string) => {
    const client = createHttpClient(
      new URL(`https://${host}:${port}`),
      5000,
      () => ({ by: 'ca', pem: authority.cert }),
      { address: '127.0.0.8' },
    )
    closing.push(client.close)
    return client
  }
  expect(await clientFor('scope1.test').request({ method: 'GET', path: '/' })).toMatchObject({ status: 200 })
  expect(asked[0]?.socket).toMatchObject({ servername: 'scope1.test' })
  const wrong = clientFor('scope2.test').request({ method: 'GET', path: '/' })
  await expect(wrong).rejects.toThrow(TlsFailure)
  await expect(wrong).rejects.toThrow('not for scope2.test')
})
