import { describe, expect, it } from 'vitest'
import { joinLine, urlAt } from '../../../src/cli/join/join-line.ts'
import { formatJoinToken } from '../../../src/cli/join/join-token.ts'
import { reachableUrls } from '../../../src/cli/join/reachable-urls.ts'
import { UsageError } from '../../../src/cli/options/usage-error.ts'

const token = { clusterKey: Buffer.alloc(32, 7), appKey: 'A'.repeat(43) }
const text = formatJoinToken(token)
const plain = { localUrl: 'http://localhost:4030' }
const certificate = { fingerprint: 'AB:CD', validUntil: '2029-01-01', isSelfSigned: true }
const secure = { localUrl: 'https://localhost:443', certificate }

describe('the address of an app, as it is given', () => {
  it.each([
    ['scope1', plain, 'http://scope1:4030'],
    ['10.0.0.1', plain, 'http://10.0.0.1:4030'],
    ['10.0.0.1:80', plain, 'http://10.0.0.1:80'],
    ['[fd00::1]', plain, 'http://[fd00::1]:4030'],
    ['[fd00::1]:4040', plain, 'http://[fd00::1]:4040'],
    ['https://scope1:8443', plain, 'https://scope1:8443'],
    ['scope1', secure, 'https://scope1:443'],
  ])('%s', (given, app, url) => {
    expect(urlAt(given, app)).toBe(url)
  })

  it.each(['a b', "x';reboot;'", '$(id)', '10.0.0.1:99999', 'fd00::1'])('is refused: %s', (given) => {
    expect(() => urlAt(given, plain)).toThrow(UsageError)
  })
})

describe('the line for another machine', () => {
  it.each<[string[], Parameters<typeof joinLine>[2], string]>([
    [['http://10.0.0.1:4040'], plain, '10.0.0.1:4040'],
    [['http://10.0.0.1:4040', 'http://[fd00::1]:4040'], plain, "10.0.0.1:4040 '[fd00::1]:4040'"],
    [['http://10.0.0.1:443'], plain, 'http://10.0.0.1:443'],
    [['https://10.0.0.1:443'], secure, '--probe.tls.fingerprint=AB:CD https://10.0.0.1:443'],
    [
      ['https://one.test:4040'],
      { ...secure, certificate: { ...certificate, isSelfSigned: false } },
      'https://one.test:4040',
    ],
  ])('%j', (urls, app, end) => {
    expect(joinLine(token, urls, app)).toBe(
      ` printf %s '${text}' | sudo ./scope launch --probe-only --join=- ${end}`,
    )
  })
})

describe('the addresses by which others reach an app', () => {
  const urls = [
    'http://localhost:4040',
    'http://172.17.0.1:4040',
    'http://10.9.0.1:4040',
    'http://[fd00::1]:4040',
    'http://10.0.0.1:4040',
  ]
  it.each<[string[], string[], string[]]>([
    [['10.0.0.1', 'fd00::1'], ['172.17.0.1'], [urls[4], urls[3], urls[2], urls[1]] as string[]],
    [[], ['172.17.0.1'], [urls[2], urls[3], urls[4], urls[1]] as string[]],
    [['192.168.0.9'], [], urls.slice(1)],
  ])('begin with %j, and end with %j', (outward, bridged, ordered) => {
    expect(reachableUrls(urls, outward, bridged)).toEqual(ordered)
  })
})
