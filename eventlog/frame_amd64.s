#include "textflag.h"

// func framePC() uintptr
TEXT ·framePC(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ (BP), AX // BP is of the compiler's wrapper around this; this is its caller's, the front function's
	MOVQ 8(AX), AX
	MOVQ AX, ret+0(FP)
	RET
