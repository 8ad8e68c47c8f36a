import { ListenError } from '../../app/listen/address.ts'
import type { PortLook } from '../../doctor/checks/network.ts'
import { errorCode } from '../../log/error-code.ts'
import { partStates } from '../parts/parts.ts'
import type { AppStatus } from '../parts/state-files.ts'
import { checkListenAddress } from './listen-check.ts'

/** Finds out who holds a port on this machine: nobody, the app of this state directory, or another program. */
export async function lookAtPort(port: number, stateDir: string): Promise<PortLook> {
  const own = ownApp(stateDir)
  if (own?.port === port) return { state: 'ours', pid: own.pid }
  try {
    await checkListenAddress(`:${port}`)
    return { state: 'free' }
  } catch (error) {
    if (error instanceof ListenError) return { state: 'taken', reason: error.message }
    throw error
  }
}

function ownApp(stateDir: string): AppStatus | undefined {
  try {
    return partStates(stateDir).app.status
  } catch (error) {
    // An unreadable state directory is reported by its own check.
    if (errorCode(error) === 'EACCES') return undefined
    throw error
  }
}
