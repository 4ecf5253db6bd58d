import fc from 'fast-check'

// The same cases at every run, so that a red test is the change's own doing. FAST_CHECK_SEED=$RANDOM looks further.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20_260_916) })
