import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { note } from '../run/run.ts'

/** A disk that answers nothing that is asked of it. Only its own mount namespace has it, so that nobody else waits for it. */
export interface StuckDisk {
  /** Before a command: runs it where the disk is. */
  readonly enter: readonly string[]
  readonly dir: string
  /** Whether somebody waits for a file of it, and so can no longer be killed: a signal ends nothing then (process state D). */
  isAskedFor(name: string): boolean
  /** Has all that waits go on: the disk is gone. */
  release(): Promise<void>
}

// include/uapi/linux/fuse.h: the longest request, and sizes of `fuse_out_header` and `fuse_init_out`.
const MAX_REQUEST_BYTES = 256 * 1024
const HEADER_BYTES = 16
const INIT_BYTES = 64
const FUSE_INIT = 26
const REQUEST_HEADER_BYTES = 40
const FUSE_LOOKUP = 1
/** Those who look for different files do not wait for each other. */
const FUSE_PARALLEL_DIROPS = 1 << 18
const LOOK_MS = 10

/** The answer to FUSE_INIT: version 7.31, and one feature. */
const answerTo = (request: Buffer): Buffer => {
  const answer = Buffer.alloc(HEADER_BYTES + INIT_BYTES)
  answer.writeUInt32LE(answer.length, 0)
  // Which request it is.
  request.copy(answer, 8, 8, 16)
  answer.writeUInt32LE(7, HEADER_BYTES)
  answer.writeUInt32LE(31, HEADER_BYTES + 4)
  answer.writeUInt32LE(FUSE_PARALLEL_DIROPS, HEADER_BYTES + 12)
  answer.writeUInt32LE(4096, HEADER_BYTES + 20)
  return answer
}

/**
 * Takes the requests of the kernel, so that what waits for an answer can no longer give up. Only the first one is answered.
 *
 * @param device opened without blocking, else it could not be closed while it is read
 * @param asked gets the names of files that somebody looks for
 * @param begun called when the first one is answered
 */
const takeRequests = (device: number, asked: Set<string>, begun: () => void): NodeJS.Timeout => {
  const request = Buffer.alloc(MAX_REQUEST_BYTES)
  return setInterval(() => {
    try {
      const length = readSync(device, request)
      const operation = request.readUInt32LE(4)
      if (operation === FUSE_INIT) {
        writeSync(device, answerTo(request))
        begun()
      }
      // A name, and a byte of zero.
      if (operation === FUSE_LOOKUP) asked.add(request.toString('utf8', REQUEST_HEADER_BYTES, length - 1))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    }
  }, LOOK_MS)
}

/** Makes a file system of which this process is the daemon. It needs root and `/dev/fuse`. */
export const openStuckDisk = async (): Promise<StuckDisk> => {
  const dir = mkdtempSync(join(tmpdir(), 'scope-disk-'))
  const device = openSync('/dev/fuse', constants.O_RDWR | constants.O_NONBLOCK)
  const mount = `mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 none ${dir}`
  const keeper = spawn('unshare', ['--mount', 'sh', '-c', `${mount} && echo && exec sleep 600 3<&-`], {
    stdio: ['ignore', 'pipe', 'inherit', device],
  })
  note(keeper.pid)
  const ended = once(keeper, 'exit')
  const asked = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let isThere = true
  const release = async (): Promise<void> => {
    if (!isThere) return
    isThere = false
    clearInterval(timer)
    closeSync(device)
    if (keeper.kill('SIGKILL')) await ended
    rmSync(dir, { recursive: true })
  }
  const isMounted = await Promise.race([once(keeper.stdout as Readable, 'data'), ended.then(() => false)])
  if (!isMounted) {
    await release()
    throw new Error(`it cannot be mounted: ${mount}`)
  }
  // Until then, those who look for files still wait for each other.
  await new Promise<void>((begun) => {
    timer = takeRequests(device, asked, begun)
  })
  const enter = ['nsenter', '--target', String(keeper.pid), '--mount']
  return { enter, dir, isAskedFor: (name) => asked.has(name), release }
}
