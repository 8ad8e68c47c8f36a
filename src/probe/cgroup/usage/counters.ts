const wholeNumber = (text: string): number | undefined => (/^\d+\s*$/.test(text) ? Number(text) : undefined)

/** The number after a key at the start of a line, as in `usage_usec 1234`. */
const numberAfter = (text: string, key: string): number | undefined => {
  const at = `\n${text}`.indexOf(`\n${key} `)
  if (at < 0) return undefined
  const from = at + key.length + 1
  const end = text.indexOf('\n', from)
  return wholeNumber(text.slice(from, end < 0 ? undefined : end))
}

/**
 * CPU time so far, in nanoseconds.
 *
 * @param text of `cpuacct.usage` (v1) or `cpu.stat` (v2), of which the beginning is enough
 */
export const parseCpuNs = (version: 1 | 2, text: string): number | undefined => {
  if (version === 1) return wholeNumber(text)
  const usec = numberAfter(text, 'usage_usec')
  return usec === undefined ? undefined : usec * 1000
}

/**
 * Memory in use without the file cache that the kernel can reclaim at once, in bytes: the figure that `docker stats`
 * shows.
 *
 * @param usage text of `memory.usage_in_bytes` (v1) or `memory.current` (v2)
 * @param stat text of `memory.stat`
 */
export const parseMemoryBytes = (version: 1 | 2, usage: string, stat: string): number | undefined => {
  const used = wholeNumber(usage)
  if (used === undefined) return undefined
  return withoutReclaimable(
    used,
    numberAfter(stat, version === 1 ? 'total_inactive_file' : 'inactive_file') ?? 0,
  )
}

/** Docker's own formula: a cache said to be larger than all is not taken off. */
export const withoutReclaimable = (usedBytes: number, inactiveFileBytes: number): number =>
  inactiveFileBytes < usedBytes ? usedBytes - inactiveFileBytes : usedBytes

/** Bytes that reached block devices so far, over all devices. */
export interface BlockBytes {
  readonly read: number
  readonly written: number
}

/**
 * @param text of `blkio.throttle.io_service_bytes_recursive` (v1) or `io.stat` (v2)
 * @returns undefined for v1 without a line of any device: kernels since 6.10 count only in cgroups with limits, so
 *   that says nothing
 */
export const parseBlockBytes = (version: 1 | 2, text: string): BlockBytes | undefined => {
  let read = 0
  let written = 0
  let devices = 0
  for (const line of text.split('\n')) {
    // v1: `8:0 Read 4096`; v2: `8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0`
    const [, v1Name, v1Value] = /^\d+:\d+ (Read|Write) (\d+)$/.exec(line) ?? []
    if (version === 1 && v1Name !== undefined) {
      devices++
      if (v1Name === 'Read') read += Number(v1Value)
      else written += Number(v1Value)
    }
    if (version === 2) {
      read += Number(/ rbytes=(\d+)/.exec(line)?.[1] ?? 0)
      written += Number(/ wbytes=(\d+)/.exec(line)?.[1] ?? 0)
    }
  }
  return version === 1 && devices === 0 ? undefined : { read, written }
}

/** Bytes of a network namespace so far. */
export interface NetworkBytes {
  readonly received: number
  readonly sent: number
}

const ENDPOINT = /^(?:eth\d+|ethwe)$/

/**
 * Bytes of a container's own interfaces: those that Docker calls `eth0`, `eth1`, and those that it was told to call
 * otherwise, and that of Weave Net. Bridges, tunnels and pairs that a container makes itself carry the same bytes once more.
 *
 * @param text of `/proc/PID/net/dev`
 * @param named further interfaces of the container
 * @returns undefined when it has no interface but loopback
 */
export const parseNetworkBytes = (text: string, named: readonly string[] = []): NetworkBytes | undefined => {
  const all = text.split('\n').flatMap((line) => {
    // `  eth0: <8 numbers received> <8 numbers sent>`, the first of each the bytes; a name may contain a colon.
    const [, name, numbers] = /^\s*(\S+):\s*(\d[\d\s]*)$/.exec(line) ?? []
    const fields = numbers?.trim().split(/\s+/)
    if (name === undefined || name === 'lo' || fields === undefined || fields.length < 9) return []
    return [{ name, received: Number(fields[0]), sent: Number(fields[8]) }]
  })
  const own = all.filter(({ name }) => ENDPOINT.test(name) || named.includes(name))
  // Of engines that name them otherwise.
  const counted = own.length > 0 ? own : all
  if (counted.length === 0) return undefined
  return {
    received: counted.reduce((sum, one) => sum + one.received, 0),
    sent: counted.reduce((sum, one) => sum + one.sent, 0),
  }
}
