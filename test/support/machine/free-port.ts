import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { errorCode } from '../../../src/log/error-code.ts'
import { named, RUN_VARIABLE } from '../run/run.ts'

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

/** Notes that a port is given to somebody; false when the run has given it to somebody else, who may not listen there yet, or not at the moment. */
const claim = (port: number): boolean => {
  // Outside of a run, nobody removes notes.
  if (process.env[RUN_VARIABLE] === undefined) return true
  const dir = join(tmpdir(), named('ports'))
  mkdirSync(dir, { recursive: true })
  try {
    writeFileSync(join(dir, String(port)), '', { flag: 'wx' })
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

/**
 * A loopback port on which nothing listens, which no client is given by the kernel, and no other test of the run: what listens there
 * can be ended and come back, whatever else runs on the machine in the meantime.
 */
export const freePort = async (): Promise<number> => {
  for (let left = TRIES; left > 0; left--) {
    const port = randomInt(LOWEST, firstOfClients())
    if ((await isFree(port)) && claim(port)) return port
  }
  throw new Error(`no port was free in ${TRIES} tries`)
}
