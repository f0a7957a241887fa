import { createContext } from 'react'

/** The list that a page stands beside: it has no way back to it, nor to where a popup begins. */
export const Beside = createContext<string | undefined>(undefined)
