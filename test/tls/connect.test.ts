import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type TlsOptions } from 'node:tls'
import { promisify } from 'node:util'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTlsAgent } from '../../src/tls/connect.ts'
import { explainTls, TlsFailure } from '../../src/tls/failure.ts'
import { fingerprintOf } from '../../src/tls/fingerprint.ts'
import type { Trust } from '../../src/tls/trust.ts'
import { makeAuthority, type TestAuthority, type TestCertificate } from '../support/machine/certificates.ts'

let authority: TestAuthority
let good: TestCertificate
let server: Server | undefined
/** What the server received in the clear, or decrypted. */
let received: string
let connections: number

beforeAll(async () => {
  authority = await makeAuthority()
  good = await authority.issue(['localhost'])
})
afterEach(() => server?.close())

const listening = async (on: Server): Promise<number> => {
  server = on
  on.listen(0, '127.0.0.1')
  await once(on, 'listening')
  return (on.address() as AddressInfo).port
}

const serve = (options: TlsOptions): Promise<number> => {
  received = ''
  connections = 0
  const on = createServer(options, (socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (data) => {
      received += data
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok')
    })
  })
  on.on('connection', () => {
    connections += 1
  })
  return listening(on)
}

const ask = (port: number, trust: Trust, more: RequestOptions = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const agent = createTlsAgent(() => trust)
    request({ host: 'localhost', port, agent, family: 4, path: '/secret', ...more })
      .on('response', (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', (error) => reject(explainTls(error)))
      .end()
  })

const pinned = (...fingerprints: string[]): Trust => ({
  by: 'fingerprint',
  fingerprints,
  namedBy: 'that was named',
})
const fingerprint = ({ cert }: TestCertificate): string => fingerprintOf(new X509Certificate(cert))
const byCa = (): Trust => ({ by: 'ca', pem: authority.cert })

describe('a server is trusted', () => {
  it('by its authority', async () => {
    expect(await ask(await serve(good), byCa())).toBe(200)
  })

  it('by its fingerprint, whatever its name, dates and authority are', async () => {
    const odd = await authority.issue(['elsewhere.example'], -1)
    expect(await ask(await serve(odd), pinned(fingerprint(good), fingerprint(odd)))).toBe(200)
  })
})

it('a server is trusted by the authorities of the system', async () => {
  const port = await serve(good)
  const file = join(tmpdir(), `scope-authority-${process.pid}.pem`)
  writeFileSync(file, authority.cert)
  const script = `
    import { request } from 'node:https'
    import { createTlsAgent } from ${JSON.stringify(join(import.meta.dirname, '../../src/tls/connect.ts'))}
    request({ host: 'localhost', family: 4, port: ${port}, agent: createTlsAgent() })
      .on('response', ({ statusCode }) => console.log(statusCode))
      .on('error', ({ code }) => console.log(code))
      .end()`
  const asked = async (env: NodeJS.ProcessEnv): Promise<string> => {
    const options = { env: { ...process.env, SSL_CERT_DIR: '/nowhere', ...env } }
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module-typescript', '-e', script],
      options,
    )
    return stdout.trim()
  }
  expect(await asked({ SSL_CERT_FILE: file })).toBe('200')
  expect(await asked({ SSL_CERT_FILE: '/nowhere' })).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  rmSync(file)
})

describe('a server is not trusted, and receives nothing', () => {
  const refused = async (certificate: TestCertificate, trust: Trust): Promise<string> => {
    const port = await serve(certificate)
    const failure = await ask(port, trust).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(TlsFailure)
    expect(received).toBe('')
    return (failure as Error).message
  }

  it('when its authority is unknown', async () => {
    expect(await refused(good, { by: 'system' })).toMatch(/authority that this machine does not trust/)
  })

  it('when its certificate has expired', async () => {
    expect(await refused(await authority.issue(['localhost'], -1), byCa())).toMatch(/has expired/)
  })

  it('when its certificate is for another name', async () => {
    const other = await authority.issue(['scope.example.com'])
    expect(await refused(other, byCa())).toBe(
      'its certificate is not for localhost, but for DNS:scope.example.com',
    )
  })

  it('when its certificate is another than the one named', async () => {
    const other = await authority.issue(['localhost'])
    const message = await refused(other, pinned(fingerprint(good)))
    expect(message).toContain(fingerprint(other))
    expect(message).toContain(`not the one that was named: ${fingerprint(good)}`)
  })

  it('however often it is tried', async () => {
    const port = await serve(await authority.issue(['localhost']))
    for (let i = 0; i < 3; i++)
      await expect(ask(port, pinned(fingerprint(good)))).rejects.toBeInstanceOf(TlsFailure)
    expect(connections).toBe(3)
    expect(received).toBe('')
  })

  it('even where the environment switches verification off', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      expect(await refused(good, { by: 'system' })).toMatch(/does not trust/)
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    }
  })
})

describe('a server that speaks something else is told apart', () => {
  it('plain HTTP', async () => {
    const port = await listening(createHttpServer())
    await expect(ask(port, byCa())).rejects.toThrow(/does not speak TLS there/)
  })

  it('an old version of TLS', async () => {
    const port = await serve({ ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })
    await expect(ask(port, byCa())).rejects.toThrow(/does not speak TLS 1.2 or newer/)
  })

  it('nothing at all', async () => {
    const port = await listening(createTcpServer((socket) => socket.destroy()))
    const failure = await ask(port, byCa()).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'ECONNRESET' })
  })
})
