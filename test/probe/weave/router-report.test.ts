import { expect, test } from 'vitest'
import { readRouterReport } from '../../../src/probe/weave/router-report.ts'
import { RouterError } from '../../../src/weave/router-error.ts'
import { peerNames, threePeers } from '../../support/weave/peers.ts'
import { reportOf } from '../../support/weave/report-of.ts'

const whole = reportOf({
  ...{ name: peerNames.one, nickName: 'one', peers: threePeers, entries: [] },
  ...{ dnsAddress: '172.17.0.1:53', activeIps: 0 },
})
const router = whole.Router as Record<string, unknown>
const read = (given: unknown) => readRouterReport(JSON.stringify(given))

test('the report of a router', () => {
  const { Router, IPAM, DNS, Proxy: proxy, Plugin } = read(whole)
  expect(Router.Name).toBe(peerNames.one)
  expect(Router.Peers.map(({ NickName }) => NickName)).toEqual(['one', 'two.example', 'three'])
  expect(Router.Connections.map(({ State }) => State)).toEqual(['established', 'established', 'failed'])
  expect(IPAM).toMatchObject({ Range: '10.32.0.0/12', Entries: [{ Size: 1048576, IsKnownPeer: true }] })
  expect(DNS).toMatchObject({ Domain: 'weave.local.', Address: '172.17.0.1:53', TTL: 1, Entries: [] })
  expect(proxy?.Addresses).toEqual(['unix:///var/run/weave/weave.sock'])
  expect(Plugin?.DriverName).toBe('weave')
})

test('what a router does not run is absent, and old ones tell less', () => {
  expect(read({ Router: { Name: 'a' } })).toMatchObject({
    Version: '',
    Router: { Peers: [], Connections: [] },
  })
  expect(read({ ...whole, DNS: null, IPAM: null }).DNS).toBe(null)
})

test.each<[string, string, string]>([
  ['no JSON', '<html>', 'its report is no JSON'],
  ['half of it', '{"Router": {"Na', 'its report is no JSON'],
  ['another document', '{"status":"ok"}', 'its report is none of Weave Net: Router'],
  ['a list', '[]', 'its report is none of Weave Net'],
  ['a number', '7', 'its report is none of Weave Net'],
  ['a peer without a name', JSON.stringify({ Router: { Name: '' } }), 'Router.Name'],
  ['a name with blanks', JSON.stringify({ Router: { Name: 'a b' } }), 'Router.Name'],
  ['a name without end', JSON.stringify({ Router: { Name: 'a'.repeat(65) } }), 'Router.Name'],
  ['peers that are none', JSON.stringify({ Router: { Name: 'a', Peers: 'b' } }), 'Router.Peers'],
  [
    'a peer of another name',
    JSON.stringify({ Router: { Name: 'a', Peers: [{ Name: 'b\nc' }] } }),
    'Router.Peers.0.Name',
  ],
])('%s is refused', (_, text, expected) => {
  let error: unknown
  try {
    readRouterReport(text)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(RouterError)
  expect(error).toMatchObject({ trouble: 'broken', message: expect.stringContaining(expected) })
})

test('long lists and texts are cut, and nothing in them does anything to a terminal', () => {
  const peers = Array.from({ length: 2000 }, (_, n) => ({
    Name: `p${n}`,
    NickName: `\u001b[2Jx${'y'.repeat(999)}`,
  }))
  const { Router } = read({ ...whole, Router: { ...router, Peers: peers, Targets: Array(9999).fill('t') } })
  expect(Router.Peers).toHaveLength(500)
  expect(Router.Peers[0]?.NickName).toHaveLength(255)
  expect(Router.Peers[0]?.NickName.slice(0, 5)).toBe(' [2Jx')
  expect(Router.Targets).toHaveLength(500)
})
