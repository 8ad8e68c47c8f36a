import { ListenError } from '../../app/listen/address.ts'
import type { PortLook } from '../../doctor/checks/network.ts'
import { errorCode } from '../../log/error-code.ts'
import { partStates } from '../parts/parts.ts'
import type { AppStatus } from '../parts/state-files.ts'
import { checkListenAddress } from './listen-check.ts'

/** Looks who holds the port of the app on this machine: nobody, the app of this state directory, or somebody else. */
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
    // That this user may not read the state directory is told by the check of it.
    if (errorCode(error) === 'EACCES') return undefined
    throw error
  }
}
