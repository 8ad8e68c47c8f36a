import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a process attacks. */
export interface FloodOptions {
  readonly port: number
  /** Connections that are kept open; those that are closed are opened again. */
  readonly sockets: number
  /** Addresses of this machine to connect from, by turns. */
  readonly from: readonly string[]
  /** What each connection sends at first. */
  readonly first: string
  /** What it sends again and again, at `everyMs`. */
  readonly again: string
  readonly everyMs: number
  /** User to attack as. */
  readonly uid?: number
}

/** A process that floods an app. */
export interface Flood {
  /** How many connections it has opened so far. */
  opened(): Promise<number>
  /** Ends it. @returns how many connections it has opened, and how many were open at most at a time */
  end(): Promise<{ opened: number; most: number }>
}

/**
 * Starts a process that opens connections, and waits until it has tried all of them once. It is another process, so that it shares neither
 * the app's event loop nor its limit of open files.
 */
export const startFlood = async (options: FloodOptions): Promise<Flood> => {
  const { uid, ...plan } = options
  const child = spawn(process.execPath, ['--eval', `(${attack})(${JSON.stringify(plan)})`], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  await nextLine(child)
  return {
    async opened() {
      const counts = nextLine(child)
      child.stdin.write('counts?\n')
      return JSON.parse(await counts).opened
    },
    async end() {
      const counts = nextLine(child)
      child.stdin.end()
      const line = await counts
      await once(child, 'exit')
      return JSON.parse(line)
    },
  }
}

const nextLine = async (child: ChildProcess): Promise<string> => {
  if (child.stdout === null) throw new Error('the flood has no output')
  const [data] = await once(child.stdout, 'data')
  return String(data)
}

/** Runs in the other process, which has nothing but Node. */
const attack = (plan: Omit<FloodOptions, 'uid'>): void => {
  const { connect } = process.getBuiltinModule('node:net')
  let opened = 0
  let open = 0
  let most = 0
  let tried = 0
  let isOver = false
  const begin = (index: number): void => {
    const localAddress = plan.from[index % plan.from.length]
    const socket = connect({ port: plan.port, host: '127.0.0.1', ...(localAddress && { localAddress }) })
    let timer: NodeJS.Timeout | undefined
    socket.on('connect', () => {
      opened += 1
      open += 1
      most = Math.max(most, open)
      socket.write(plan.first)
      timer = setInterval(() => socket.write(plan.again), plan.everyMs)
      socket.resume()
      socket.once('close', () => {
        open -= 1
      })
    })
    socket.on('error', () => undefined)
    socket.once('close', () => {
      clearInterval(timer)
      tell()
      if (!isOver) setTimeout(() => begin(index), 500)
    })
    socket.once('connect', () => tell())
    let isTold = false
    const tell = () => {
      if (isTold) return
      isTold = true
      tried += 1
      if (tried === plan.sockets) process.stdout.write('all\n')
    }
  }
  // Not all in one turn: the queue of connections that wait to be accepted is short.
  let begun = 0
  const steps = setInterval(() => {
    for (let i = 0; i < 100 && begun < plan.sockets; i++) begin(begun++)
    if (begun === plan.sockets) clearInterval(steps)
  }, 20)
  process.stdin.on('data', () => process.stdout.write(JSON.stringify({ opened, most })))
  process.stdin.on('end', () => {
    isOver = true
    process.stdout.write(JSON.stringify({ opened, most }), () => process.exit())
  })
}
