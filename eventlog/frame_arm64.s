#include "textflag.h"

// func framePC() uintptr
//
// The compiler calls this without a wrapper, so R29 is the front function's frame pointer still; its return address
// is beside the frame pointer it saved.
TEXT ·framePC(SB), NOSPLIT|NOFRAME, $0-8
	MOVD 8(R29), R0
	MOVD R0, ret+0(FP)
	RET
