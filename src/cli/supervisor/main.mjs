// The program that `scope launch` leaves in the background, and that `scope run` and `scope supervise` become:
// `main.mjs STATE_DIR [run OPTION… | stay]`. In plain JavaScript, so that no compiler is loaded for it: what it imports comes out of the
// compile cache.
import { superviseAndExit } from './supervise-and-exit.ts'

const [, , stateDir = '', how, ...launch] = process.argv
await superviseAndExit(stateDir, how === 'run' ? { launch } : how === 'stay' ? 'stays' : undefined)
