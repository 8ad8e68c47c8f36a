import { ipOfBytes } from '../report/address/ip.ts'

/** One line of `/proc/PID/net/tcp` or `tcp6`. */
export interface TcpLine {
  readonly localIp: string
  readonly localPort: number
  readonly remoteIp: string
  readonly remotePort: number
  readonly state: 'listening' | 'connected'
  /** Inode of the socket, the same as in the links of `/proc/PID/fd`. */
  readonly inode: number
}

// include/net/tcp_states.h
const states: Readonly<Record<string, TcpLine['state']>> = {
  '01': 'connected', // ESTABLISHED
  '04': 'connected', // FIN_WAIT1
  '05': 'connected', // FIN_WAIT2
  '08': 'connected', // CLOSE_WAIT
  '0A': 'listening',
}

const LINE =
  /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]{2}) \S+ \S+ \S+\s+\d+\s+\d+ (\d+) /

/**
 * Addresses are printed as 32-bit words in the machine's byte order, which is little-endian on all supported platforms.
 */
const ip = (hex: string): string => {
  const bytes = Buffer.from(hex, 'hex')
  bytes.swap32()
  return ipOfBytes(bytes)
}

const port = (hex: string): number => Number.parseInt(hex, 16)

/**
 * Reads the text of `/proc/PID/net/tcp` or `tcp6`. Skips sockets that no process holds any more (TIME_WAIT, orphans),
 * and lines that cannot be parsed.
 */
export const parseNetTcp = (text: string): readonly TcpLine[] => {
  const lines: TcpLine[] = []
  for (const line of text.split('\n')) {
    const match = LINE.exec(line)
    if (!match) continue
    const [, localIp = '', localPort = '', remoteIp = '', remotePort = '', code = '', inode = ''] = match
    const state = states[code]
    if (!state || inode === '0') continue
    lines.push({
      localIp: ip(localIp),
      localPort: port(localPort),
      remoteIp: ip(remoteIp),
      remotePort: port(remotePort),
      state,
      inode: Number(inode),
    })
  }
  return lines
}
