import { expect, test } from 'vitest'
import { dnsServerOf } from '../../../../src/probe/targets/weave/dns-server.ts'

const own = ['172.17.0.1', '192.168.0.11', '127.0.0.1']

test.each([
  ['172.17.0.1:53', '172.17.0.1', '172.17.0.1:53'],
  ['192.168.0.11:5353', '172.17.0.1', '192.168.0.11:5353'],
  ['0.0.0.0:5300', '172.17.0.1', '172.17.0.1:5300'],
  ['0.0.0.0:53', undefined, '127.0.0.1:53'],
  // A router that names another machine is not followed there.
  ['192.0.2.1:53', '172.17.0.1', '172.17.0.1:53'],
  ['192.0.2.1:53', undefined, undefined],
  [undefined, '172.17.0.1', '172.17.0.1:53'],
  [null, undefined, undefined],
  ['', '172.17.0.1', '172.17.0.1:53'],
  ['172.17.0.1', '172.17.0.1', '172.17.0.1:53'],
  ['172.17.0.1:0', '172.17.0.1', '172.17.0.1:53'],
  ['172.17.0.1:99999', undefined, undefined],
  ['999.17.0.1:53', undefined, undefined],
  ['example.org:53', undefined, undefined],
])('told %j, and the bridge at %j: %j', (told, dockerBridge, expected) => {
  expect(dnsServerOf(told, { dockerBridge, isOwn: (ip) => own.includes(ip) })).toBe(expected)
})
