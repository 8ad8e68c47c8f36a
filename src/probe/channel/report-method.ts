import * as z from 'zod'
import { handlerOf, type ReadingMethod } from './methods.ts'

/** The method `report`: the app that asks gets a report now. @param endRest ends the rest of the reports to that app */
export const reportMethod = (endRest: () => void): ReadingMethod =>
  handlerOf(z.strictObject({}), () => endRest())
