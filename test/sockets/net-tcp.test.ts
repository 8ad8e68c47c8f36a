import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNetTcp } from '../../src/sockets/net-tcp.ts'

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
const line = (local: string, remote: string, state: string, inode: number) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000000000000000 100 0 0 10 0`

describe('/proc/net/tcp', () => {
  it.each([
    [
      'a listener on all addresses',
      line('00000000:0050', '00000000:0000', '0A', 7),
      { localIp: '0.0.0.0', localPort: 80, remoteIp: '0.0.0.0', remotePort: 0, state: 'listening', inode: 7 },
    ],
    [
      'an established connection',
      line('0100007F:A3C6', '0100007F:1F90', '01', 31_337),
      {
        localIp: '127.0.0.1',
        localPort: 41_926,
        remoteIp: '127.0.0.1',
        remotePort: 8080,
        state: 'connected',
        inode: 31_337,
      },
    ],
    [
      'IPv6',
      line('B80D0120000000000000000001000000:01BB', '00000000000000000000000001000000:0001', '08', 9),
      {
        localIp: '2001:db8::1',
        localPort: 443,
        remoteIp: '::1',
        remotePort: 1,
        state: 'connected',
        inode: 9,
      },
    ],
    [
      'IPv4 in IPv6',
      line('0000000000000000FFFF00000100A8C0:01BB', '0000000000000000FFFF00000200A8C0:0001', '01', 9),
      {
        localIp: '192.168.0.1',
        localPort: 443,
        remoteIp: '192.168.0.2',
        remotePort: 1,
        state: 'connected',
        inode: 9,
      },
    ],
  ])('%s', (_, text, expected) => {
    expect(parseNetTcp(`${HEAD}\n${text}\n`)).toEqual([expected])
  })

  it.each([
    ['nothing', ''],
    ['only the head', HEAD],
    ['TIME_WAIT, which nobody holds', line('0100007F:0001', '0100007F:0002', '06', 0)],
    ['an orphan, which nobody holds', line('0100007F:0001', '0100007F:0002', '04', 0)],
    ['a connection being made', line('0100007F:0001', '0100007F:0002', '02', 5)],
    ['a line cut short', line('0100007F:0001', '0100007F:0002', '01', 5).slice(0, 60)],
    ['something else', 'total 0\n-rw-r--r-- 1 root root 0'],
  ])('leaves out %s', (_, text) => {
    expect(parseNetTcp(text)).toEqual([])
  })

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(150), (noise, at) => {
        const good = line('0100007F:A3C6', '0100007F:1F90', '01', 31_337)
        parseNetTcp(noise)
        parseNetTcp(good.slice(0, at) + noise + good.slice(at))
      }),
    )
  })
})
