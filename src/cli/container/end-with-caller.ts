import { identifyProcess, isAlive, type ProcessIdentity } from '../parts/processes/process-identity.ts'

const LOOK_MS = 300
const VARIABLE = 'SCOPE_CALLER_PID'

/**
 * Ends this process when the one that has called it is gone, as SIGTERM would: the signals that end "docker exec" do not reach
 * the command that it runs in a container. The launcher names the caller in `SCOPE_CALLER_PID`, by its pid on the host.
 *
 * @param end sends SIGTERM to this process
 */
export const endWithCaller = (env: NodeJS.ProcessEnv, end: () => void): void => {
  const pid = Number(env[VARIABLE])
  // What is started from here has another caller.
  delete env[VARIABLE]
  const caller = Number.isSafeInteger(pid) && pid > 0 ? identifyProcess(pid) : undefined
  if (caller !== undefined) endAfter(caller, end)
}

const endAfter = (caller: ProcessIdentity, end: () => void): void => {
  const timer = setInterval(() => {
    if (isAlive(caller)) return
    clearInterval(timer)
    end()
  }, LOOK_MS)
  // A command that is done does not wait for it.
  timer.unref()
}
