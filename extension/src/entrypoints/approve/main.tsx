import { createRoot } from 'react-dom/client'
import { useApprovals, background } from '../../ui/background.ts'

function Approve() {
  const open = useApprovals()
  const [first] = open ?? []
  if (!open) return null
  if (!first) {
    return <p>Nothing to approve.</p>
  }
  const { id, origin, question, state } = first
  const hash = state.at === 'shown' ? state.explained?.hash : undefined
  return (
    <main>
      <h1>{question.kind}</h1>
      <p>{origin}</p>
      <pre>
        {JSON.stringify(
          state,
          (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
          1,
        )}
      </pre>
      <button type="button" onClick={() => void background.decide(id, { approve: false })}>
        Reject
      </button>
      <button
        type="button"
        onClick={() => void background.decide(id, { approve: true, ...(hash !== undefined && { hash }) })}
      >
        Approve
      </button>
    </main>
  )
}

createRoot(document.getElementById('root')!).render(<Approve />)
