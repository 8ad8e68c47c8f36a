import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'

const LOWEST = 10_000
const TRIES = 50

/** The kernel gives clients ports from here on; one of theirs may rest in TIME_WAIT, and then cannot be listened on. */
const firstOfClients = (): number => {
  const [first = Number.NaN] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    .split(/\s+/)
    .map(Number)
  return Number.isNaN(first) || first <= LOWEST ? 32_768 : first
}

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}

/**
 * A loopback port on which nothing listens, and which no client is given by the kernel: what listens there can be ended and
 * come back, whatever else connects on the machine in the meantime.
 */
export const freePort = async (): Promise<number> => {
  for (let left = TRIES; left > 0; left--) {
    const port = randomInt(LOWEST, firstOfClients())
    if (await isFree(port)) return port
  }
  throw new Error(`no port was free in ${TRIES} tries`)
}
