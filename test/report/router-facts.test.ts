import { expect, test } from 'vitest'
import {
  connectionText,
  linkText,
  peerText,
  readConnection,
  readLink,
  readPeer,
} from '../../src/report/weave/router-facts.ts'

test('what a router knows survives being told as texts', () => {
  const peer = { name: '7a:c4:8b:a1:e6:ad', nickName: 'my host' }
  expect(readPeer(peerText(peer))).toEqual(peer)
  expect(readPeer(peerText({ ...peer, nickName: '' }))).toEqual({ ...peer, nickName: '' })
  for (const isEstablished of [true, false]) {
    const link = { from: 'a', to: 'b', isEstablished, since: '2026-01-01T00:00:00.000Z' }
    expect(readLink(linkText(link))).toEqual(link)
  }
  for (const isOutbound of [true, false]) {
    const connection = { address: '10.0.0.2:6783', isOutbound, state: 'failed', info: 'no route, really' }
    expect(readConnection(connectionText(connection))).toEqual(connection)
  }
})

test.each([
  '',
  ' ',
  'a',
  'a b',
  'a b established',
  'a b established never',
  'a  x 2026-01-01',
  '\t\t',
  'a\tb\tc\td\te',
])('%j is none of them, or does no harm', (text) => {
  expect(readLink(text)).toBeUndefined()
  expect(readConnection(text)).toBeUndefined()
  expect(readPeer(text)?.name).not.toBe('')
})
