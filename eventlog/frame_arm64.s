#include "textflag.h"

// func framePC() uintptr
TEXT ·framePC(SB), NOSPLIT|NOFRAME, $0-8
	MOVD (R29), R0 // R29 is of the compiler's wrapper around this; this is its caller's, the front function's
	MOVD 8(R0), R0
	MOVD R0, ret+0(FP)
	RET
