import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ListenError, parseListenAddress } from '../../../src/app/listen/address.ts'
import { listen, urlsOf } from '../../../src/app/listen/listen.ts'

describe('parseListenAddress', () => {
  it.each([
    [':4040', undefined, 4040],
    [':0', undefined, 0],
    ['127.0.0.1:0', '127.0.0.1', 0],
    ['localhost:80', 'localhost', 80],
    ['[::1]:4040', '::1', 4040],
    ['[::]:65535', '::', 65_535],
    ['a-host.example:1', 'a-host.example', 1],
  ])('reads %s', (text, host, port) => {
    expect(parseListenAddress(text)).toEqual({ host, port })
  })

  it.each([
    '',
    '4040',
    ':',
    ':65536',
    ':-1',
    ':x',
    '::1:4040',
    '[::1]',
    '[1.2.3.4]:1',
    '[x]:1',
    'http://a:1',
    'a b:1',
  ])('refuses "%s"', (text) => {
    expect(() => parseListenAddress(text)).toThrow(ListenError)
    expect(() => parseListenAddress(text)).toThrow(`cannot listen on "${text}": expected host:port`)
  })
})

describe('listen', () => {
  it('says that a port is taken, and what to do', async () => {
    const first = createServer()
    const port = await listen(first, { host: '127.0.0.1', port: 0 }, '127.0.0.1:0')
    expect(port).toBe((first.address() as AddressInfo).port)
    await expect(listen(createServer(), { host: '127.0.0.1', port }, `127.0.0.1:${port}`)).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: another program has that port; stop it, or choose another port with --app.http.address`,
    )
    first.close()
  })

  it('says that an address is not of this machine', async () => {
    await expect(listen(createServer(), { host: '192.0.2.1', port: 0 }, '192.0.2.1:0')).rejects.toThrow(
      'cannot listen on 192.0.2.1:0: this machine has no such address',
    )
  })
})

describe('urlsOf', () => {
  const entry = (address: string, internal = false) =>
    ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as never
  const interfaces = {
    lo: [entry('127.0.0.1', true), entry('::1', true)],
    eth0: [entry('192.168.1.5'), entry('fd00::5'), entry('fe80::1')],
  }

  it.each([
    [undefined, ['http://localhost:4040', 'http://192.168.1.5:4040', 'http://[fd00::5]:4040']],
    ['0.0.0.0', ['http://127.0.0.1:4040', 'http://192.168.1.5:4040']],
    ['127.0.0.1', ['http://127.0.0.1:4040']],
    ['::1', ['http://[::1]:4040']],
  ])('of %s', (host, expected) => {
    expect(urlsOf({ host, port: 0 }, 4040, 'http', interfaces)).toEqual(expected)
  })
})
